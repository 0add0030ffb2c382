// Builds the named packages and what they depend on, or all; turbo leaves out what is up to date.
import { spawnSync } from 'node:child_process';

const filters = process.argv.slice(2).map((name) => `--filter=${name}...`);
const args = ['run', 'build', '--log-prefix=none', '--no-update-notifier', ...filters];
const { status, error } = spawnSync('turbo', args, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_PRINT_VERSION_DISABLED: '1' },
});
if (error) throw error;
process.exit(status ?? 1);
