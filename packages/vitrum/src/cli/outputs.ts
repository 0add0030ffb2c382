import { encodePng, toPng } from '@vitrum/visualization';
import { htmlReport, type ReportData, type ReportedExplanation } from '@vitrum/visualization/report';
import { wrong } from '../errors';
import type { Answer } from '../explain';
import type { Explanation } from '../explanation';
import { encodeNpy } from '../npy';
import { didYouMean } from '../registry';
import { drawingsOf, figureOf, sheetOf } from './drawings';
import { typical } from './record';

const formats = ['png', 'svg', 'html', 'npy', 'json'] as const;
export type Format = (typeof formats)[number];

/** @throws AttributionError `option` with the closest format */
export function formatsOf(text: string): readonly Format[] {
  return text.split(',').map((given) => {
    const found = formats.find((format) => format === given.trim().toLowerCase());
    if (found) return found;
    throw wrong(
      'option',
      `--format "${given}"`,
      `formats between commas: ${formats.join(', ')}`,
      didYouMean(given, formats, 'Leave it out for png,html.'),
    );
  });
}

/** What holds for a whole run. */
export interface Run {
  readonly photo: string;
  readonly model: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, string>>;
}

/** The files of an answer in a format, by name, made one after the other. JSON is not among them: it names the others. */
export function* filesOf(
  format: Format,
  answer: Answer,
  run: Run,
): Generator<readonly [name: string, content: Uint8Array | string]> {
  const { explanations, seen } = answer;
  switch (format) {
    case 'png':
      yield ['explanation.png', toPng(sheetOf(answer, run.model))];
      for (const explanation of explanations)
        for (const [kind, { picture }] of Object.entries(drawingsOf(explanation, seen)))
          yield [`${explanation.id}-${kind}.png`, encodePng(picture)];
      return;
    case 'svg':
      yield ['explanation.svg', sheetOf(answer, run.model).svg()];
      for (const explanation of explanations)
        yield [`${explanation.id}.svg`, figureOf(explanation, seen, run.model).svg()];
      return;
    case 'html':
      yield ['report.html', htmlReport(reportOf(answer, run))];
      return;
    case 'npy':
      for (const { id, values, standardError } of explanations) {
        yield [`${id}.npy`, encodeNpy(values.values, values.shape)];
        if (standardError) yield [`${id}-standard-error.npy`, encodeNpy(standardError.values, standardError.shape)];
      }
      return;
    case 'json':
      return;
  }
}

function reportOf({ seen, predictions, explanations }: Answer, run: Run): ReportData {
  return {
    photograph: seen,
    name: run.photo,
    model: run.model,
    settings: run.settings,
    versions: run.versions,
    predictions: predictions.slice(0, 5),
    explanations: explanations.map(reportedOf),
  };
}

function reportedOf(explanation: Explanation): ReportedExplanation {
  const { convergenceDelta: delta, baselineScore, standardError, values, ...rest } = explanation;
  return {
    ...rest,
    ...(delta !== undefined && { completeness: { delta, ...(baselineScore !== undefined && { baselineScore }) } }),
    ...(standardError && { standardError: { typical: typical(standardError), values: typical(values) } }),
  };
}
