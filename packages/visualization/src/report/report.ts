import { pngAddress } from '../png';
import { assertReport } from './check';
import { html, trusted } from './html';
import { script } from './script';
import { answer, definitions, explanationSection } from './sections';
import { style } from './style';
import type { ReportData, ReportedExplanation } from './types';

/**
 * A page that tells what a model saw: the photograph, its answers, and every method's map with its numbers in words. One
 * file that needs no other and no network, with controls for sign and strength, for screen, telephone, paper and screen readers.
 * Needs neither DOM nor Node.
 *
 * @returns the text of an HTML file
 * @throws AttributionError 'inputs' for a map of another size than the photograph and a probability that is not 0 to 1, 'not-finite' for
 * NaN and infinities in a map
 */
export function htmlReport(data: ReportData): string {
  assertReport(data);
  const { explanations, model, settings = {}, versions = {} } = data;
  const photo = pngAddress(data.photograph);
  const targets = [...new Set(explanations.map(({ target }) => target))];
  const title =
    targets.length > 0 ? `Why ${targets.map((target) => `“${target}”`).join(', ')}?` : 'What did the model see?';
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title} · Vitrum</title>
<style>${trusted(style)}</style>
</head>
<body>
<header class="top">
<p class="eyebrow">${model} looks at ${data.name}</p>
<h1>${title}</h1>
<p class="soft">${lead(explanations)}</p>
</header>
<main>
<div class="wrap">${answer(data, photo)}</div>
${explanations.length > 0 && controls}
<div class="wrap">${explanations.map((explanation) => explanationSection(explanation, photo, targets.length > 1))}</div>
</main>
<footer><div>
${Object.keys(settings).length > 0 && definitions(settings)}
<p>${versionLine(versions)}</p>
</div></footer>
${explanations.length > 0 && html`<script>${trusted(script)}</script>`}
</body>
</html>
`;
  return page.markup;
}

function lead(explanations: readonly ReportedExplanation[]): string {
  if (explanations.length === 0) return 'No method was asked.';
  const methods = [...new Set(explanations.map(({ title }) => title))];
  const names = methods.length > 1 ? `${methods.slice(0, -1).join(', ')} and ${methods.at(-1)}` : methods.join();
  return `${names} ${methods.length > 1 ? 'say' : 'says'} which parts of the picture raise the score, in red, and which lower it, in blue. Numbers are in units of the score.`;
}

const controls = html`<form class="controls" hidden aria-label="How the maps are drawn"><div>
<fieldset><legend>Show</legend>
<label><input type="radio" name="sign" value="all" checked>all</label>
<label><input type="radio" name="sign" value="positive">what raises</label>
<label><input type="radio" name="sign" value="negative">what lowers</label></fieldset>
<label>Strength <input type="range" name="strength" min="0" max="100" step="5" value="80"><output>80 %</output></label>
<label><input type="checkbox" name="photo">photograph in colour</label>
</div></form>`;

const versionLine = (versions: Readonly<Record<string, string>>): string =>
  [
    'Made by Vitrum on this machine; nothing was sent anywhere.',
    ...Object.entries(versions).map(([name, version]) => `${name} ${version}`),
  ].join(' · ');
