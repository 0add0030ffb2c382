import { main } from './command';

try {
  process.exitCode = await main(process.argv.slice(2), console.log);
} catch (error) {
  console.error(`gradcheck: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 2;
}
