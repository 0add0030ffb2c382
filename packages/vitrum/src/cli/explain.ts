import { basename, extname, join } from 'node:path';
import { placesOf } from '@vitrum/core';
import { chelsea224 } from '@vitrum/efficientnet-lite0';
import { wrong } from '../errors';
import { type Answer, explain, type Question } from '../explain';
import type { Explanation } from '../explanation';
import { type Network, openNetwork } from '../network/network';
import { type Photo, readPhoto } from '../photo';
import { askedMethods } from '../question/methods';
import { fileSafe } from '../question/target';
import { didYouMean } from '../registry';
import { openBackend } from './backends';
import { hints } from './hints';
import { completenessLine, methodLine, predictionLine } from './lines';
import { type Format, filesOf, formatsOf, type Run } from './outputs';
import { type ExplanationRecord, recordOf } from './record';
import { openStage, type Stage } from './stage';
import type { Terminal } from './terminal';
import { withThreads } from './threads';
import { versions } from './versions';

/** The options of `vitrum explain`, as they were typed. */
export interface ExplainOptions {
  readonly model?: string;
  readonly labels?: string;
  readonly size?: string;
  readonly scale?: string;
  readonly method?: string;
  readonly set: readonly string[];
  readonly target?: string;
  readonly contrast?: string;
  readonly neuron?: string;
  readonly layer?: string;
  readonly baseline?: string;
  readonly features?: string;
  readonly seed: string;
  readonly backend: string;
  readonly workers?: string;
  readonly out: string;
  readonly format: string;
  readonly json?: boolean;
}

interface Named extends Photo {
  readonly name: string;
  readonly folder: string;
}

/** Explains photographs one after the other; everything that can be known to be wrong is known before the first. */
export async function explainCommand(
  paths: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const formats = formatsOf(options.format);
  const seed = wholeNumber(options.seed);
  const photos = await readAll(paths, options.out);
  await openBackend(options.backend);
  let network = await openNetwork(options);
  try {
    const layer = layerOf(network, options.layer);
    const methods = askedMethods(
      options.method?.split(',').map((name) => name.trim()),
      options.set,
      network,
      layer,
    );
    network = await withThreads(network, options, methods, (line) => terminal.talk(terminal.style.talk('dim', line)));
    const { target, contrast, neuron, baseline, features } = options;
    const question: Question = {
      methods,
      seed,
      ...(layer !== undefined && { layer }),
      ...(target !== undefined && { target }),
      ...(contrast !== undefined && { contrast }),
      ...(neuron !== undefined && { neuron }),
      ...(baseline !== undefined && { baseline }),
      ...(features !== undefined && { features }),
    };
    const records: ExplanationRecord[] = [];
    for (const photo of photos)
      records.push(await one(photo, { network, question, formats, options, terminal, signal }));
    if (options.json) terminal.result(JSON.stringify(records, undefined, 2));
    hints(terminal, records, paths.length === 0);
  } finally {
    network.dispose();
  }
}

interface Surroundings {
  readonly network: Network;
  readonly question: Question;
  readonly formats: readonly Format[];
  readonly options: ExplainOptions;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function one(photo: Named, surroundings: Surroundings): Promise<ExplanationRecord> {
  const { network, question, options, terminal, signal } = surroundings;
  const stage = await openStage(photo.folder);
  try {
    terminal.talk(`\n${network.name} on ${options.backend} looks at ${photo.name}`);
    for (const guess of network.guesses) terminal.talk(terminal.style.talk('dim', `  ${guess}`));
    if (photo.decoder === 'JavaScript')
      terminal.talk(
        terminal.style.talk(
          'dim',
          '  sharp cannot be loaded here: read by JavaScript, without WebP, and not turned upright',
        ),
      );
    const answer = await explain(network, photo.picture, question, listener(terminal, options.json === true, signal));
    terminal.rest();
    return await written(photo, answer, stage, surroundings);
  } finally {
    terminal.rest();
    await stage.discard();
  }
}

/** Tells what is found when it is found. */
function listener(terminal: Terminal, silent: boolean, signal: AbortSignal) {
  const say = silent ? () => {} : terminal.result;
  return {
    signal,
    progress: terminal.progress,
    predicted(predictions: Answer['predictions']) {
      say('');
      for (const prediction of predictions.slice(0, 5)) say(predictionLine(prediction));
      say('');
    },
    explained(explanation: Explanation) {
      say(methodLine(explanation, terminal.style.result));
      for (const line of completenessLine(explanation)) say(`    ${line}`);
      for (const note of explanation.notes) say(`    ${note}`);
    },
  };
}

async function written(
  photo: Named,
  answer: Answer,
  stage: Stage,
  surroundings: Surroundings,
): Promise<ExplanationRecord> {
  const { network, options, formats, signal } = surroundings;
  const { size, scale, name: model } = network;
  const known = await versions();
  const run: Run = {
    photo: photo.name,
    model,
    versions: known,
    settings: {
      backend: options.backend,
      input: `${size.height} × ${size.width} × ${size.channels}, pixels scaled to ${scale.name}`,
    },
  };
  const names: string[] = [];
  for (const format of formats)
    for (const [name, content] of filesOf(format, answer, run)) {
      signal.throwIfAborted();
      await stage.add(name, content);
      names.push(name);
    }
  const json = formats.includes('json') ? ['explanation.json'] : [];
  const record = recordOf(answer, {
    photo: photo.name,
    model,
    backend: options.backend,
    versions: known,
    input: { ...size, scale: scale.name },
    files: [...names, ...json].map((name) => join(photo.folder, name)),
  });
  for (const name of json) await stage.add(name, `${JSON.stringify(record, undefined, 2)}\n`);
  signal.throwIfAborted();
  await stage.commit();
  return record;
}

/** With several photographs each has a folder of its own. */
async function readAll(paths: readonly string[], out: string): Promise<Named[]> {
  if (paths.length === 0) return [{ ...(await readPhoto(chelsea224)), name: 'Chelsea, a cat', folder: out }];
  const taken = new Set<string>();
  const photos: Named[] = [];
  for (const path of paths) {
    const stem = fileSafe(basename(path, extname(path)));
    let own = stem;
    for (let n = 2; taken.has(own); n++) own = `${stem}-${n}`;
    taken.add(own);
    photos.push({ ...(await readPhoto(path)), name: basename(path), folder: paths.length > 1 ? join(out, own) : out });
  }
  return photos;
}

function layerOf({ model, layer }: Network, asked: string | undefined): string | undefined {
  if (asked === undefined) return layer;
  const names = placesOf(model).map(({ name }) => name);
  if (names.includes(asked)) return asked;
  throw wrong(
    'site',
    `--layer "${asked}"`,
    `one of the model's ${names.length} layers`,
    didYouMean(asked, names, '`vitrum layers` lists them.'),
  );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && text.trim() !== '') return number;
  throw wrong('option', `--seed "${text}"`, 'a whole number of at least 0', 'Leave it out for 0.');
}
