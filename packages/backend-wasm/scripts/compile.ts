// Writes src/simd/binary.ts from the AssemblyScript in assembly/: npm run compile, after a change there.
import { writeFile } from 'node:fs/promises';
import { compile } from './assembly';

const text = Buffer.from(await compile()).toString('base64');
const source = `/** The module of \`assembly/\` in base64, written by \`npm run compile\`. */
export const binary = '${text}';
`;
await writeFile(new URL('../src/simd/binary.ts', import.meta.url), source);
