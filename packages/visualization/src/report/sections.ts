import { formatNumber } from '../sheet/number-format';
import { html, type Markup, trusted } from './html';
import { layersOf, stopsOf } from './pictures';
import type { ReportData, ReportedExplanation, ReportedPrediction } from './types';
import { alternative, completeness, factsOf, inNumbers, inWords, percent, uncertainty } from './words';

/** What the model was shown and what it answered. */
export function answer({ photograph, name, predictions, explanations }: ReportData, photo: string): Markup {
  const { width, height } = photograph;
  const explained = new Set(explanations.map(({ index }) => index));
  return html`<div class="answer pair">
<figure><div class="frame"><img src="${photo}" width="${width}" height="${height}" alt="The photograph, as the model sees it: ${name}"></div>
<figcaption>${name}, ${width} × ${height} pixels: what the model sees</figcaption></figure>
<div><h2>What it answers</h2>
<ol class="predictions">${predictions.map((one) => prediction(one, explained.has(one.index)))}</ol></div>
</div>`;
}

function prediction({ label, index, probability, score }: ReportedPrediction, explained: boolean): Markup {
  const said = probability === undefined ? inWords(score) : percent(probability);
  const bar = probability !== undefined && html`<i style="width:${(100 * probability).toFixed(2)}%"></i>`;
  return html`<li${explained ? trusted(' class="explained"') : ''}><span><span>${label} <span class="soft">${index}</span></span><span>${said}</span></span>${bar}</li>`;
}

/** What one method says; `named` says of which target, where there are several. */
export function explanationSection(explanation: ReportedExplanation, photo: string, named: boolean): Markup {
  const { title, target, map, summary, paper, notes = [], parameters = {}, seconds, rows } = explanation;
  const { positive, negative, limit } = layersOf(map);
  const facts = factsOf(map);
  const size = html`width="${map.width}" height="${map.height}"`;
  const cost = [
    rows !== undefined && `${rows} model ${rows === 1 ? 'row' : 'rows'}`,
    seconds !== undefined && duration(seconds),
  ].filter(Boolean);
  const all = { ...parameters, ...(cost.length > 0 && { cost: cost.join(', ') }) };
  const sentences = [completeness(explanation), uncertainty(explanation)];
  return html`<section class="pair">
<figure>
<div class="frame" role="img" aria-label="${alternative(explanation, facts)}"><img class="photo" src="${photo}" ${size} alt=""><img class="positive" src="${positive}" ${size} alt=""><img class="negative" src="${negative}" ${size} alt=""></div>
${scale(limit, facts.negative > 0)}
</figure>
<div><h2>${title}${named && html` <span class="soft">for ${target}</span>`}</h2>
<p class="what">${[summary && `${capital(summary)}.`, paper && `${paper}.`].filter(Boolean).join(' ')}</p>
<p>${inNumbers(facts, target)}</p>
${sentences.map((sentence) => sentence !== undefined && html`<p>${sentence}</p>\n`)}
${notes.length > 0 && html`<h3>Notes</h3><ul class="notes">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}
${Object.keys(all).length > 0 && html`<h3>How it was made</h3>${definitions(all)}`}</div>
</section>`;
}

/** What the colours mean; half of it where no value is negative. */
function scale(limit: number, signed: boolean): Markup {
  const bar = html`<i style="background:linear-gradient(to right, ${stopsOf(limit, signed).join(', ')})"></i>`;
  const low = signed ? html`<b class="against">${formatNumber(-limit)} lowers</b><b>0</b>` : html`<b>0</b>`;
  return html`<div class="scale" aria-hidden="true">${bar}<span>${low}<b class="for">${formatNumber(limit)}${signed && ' raises'}</b></span></div>`;
}

export const definitions = (entries: Readonly<Record<string, string>>): Markup =>
  html`<dl>${Object.entries(entries).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;

const duration = (seconds: number) => (seconds < 10 ? `${seconds.toFixed(1)} s` : `${seconds.toFixed(0)} s`);

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
