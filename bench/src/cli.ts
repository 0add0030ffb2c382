import { parseArgs } from 'node:util';
import { load, machine } from './machine';
import { gradient } from './sections/gradient';
import { network } from './sections/network';
import { overhead } from './sections/overhead';
import { peer } from './sections/peer';
import { profile } from './sections/profile';
import { rules } from './sections/rules';
import { type Line, table } from './table';

const usage = `npm run bench -- [section …] [--only name,…]

  overhead   what the tape costs an operation
  gradient   next to tf.grad, where that works
  network    EfficientNet-Lite0, forward and backward
  rules      backward rules next to saliency
  peer       next to Captum on PyTorch; --only names the methods
  profile    where the time of EfficientNet-Lite0 goes on wasm, by kernel; not part of a run of everything
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string' }, help: { type: 'boolean' } },
});
const only = values.only?.split(',');
const sections: Readonly<Record<string, () => Promise<Line[]>>> = {
  overhead,
  gradient,
  network,
  rules,
  peer: () => peer(only),
};

const unknown = positionals.filter((name) => !(name in sections) && name !== 'profile');
if (values.help || unknown.length > 0) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const before = load();
const chosen = positionals.length > 0 ? positionals : Object.keys(sections);
const lines: Line[] = [];
for (const name of chosen) {
  process.stderr.write(`${name} …\n`);
  lines.push(...((await sections[name]?.()) ?? []));
}
process.stdout.write(`${machine()} · load ${before.toFixed(2)} before, ${load().toFixed(2)} after\n\n`);
if (lines.length > 0) process.stdout.write(`${table(lines)}\n`);
if (chosen.includes('profile')) process.stdout.write(`\n${await profile()}\n`);
