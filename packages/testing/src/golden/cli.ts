import * as vitrum from 'vitrum';
import { main } from './command';

try {
  process.exitCode = await main(process.argv.slice(2), vitrum, console.log);
} catch (error) {
  console.error(`golden: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
