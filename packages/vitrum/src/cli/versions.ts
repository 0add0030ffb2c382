import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { version_core } from '@tensorflow/tfjs-core';

/** What ran, by name: this package, TensorFlow.js, Node. */
export async function versions(): Promise<Readonly<Record<string, string>>> {
  return { vitrum: await ownVersion(), 'TensorFlow.js': version_core, Node: process.versions.node };
}

/** The version of this package, wherever the file that asks lies in it. */
export async function ownVersion(): Promise<string> {
  const manifest = createRequire(import.meta.url).resolve('vitrum/package.json');
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'));
  return version;
}
