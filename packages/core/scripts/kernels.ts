import { writeFile } from 'node:fs/promises';
import { kernelsPage } from './kernels-page';

await writeFile(new URL('../../../docs/kernels.md', import.meta.url), await kernelsPage());
