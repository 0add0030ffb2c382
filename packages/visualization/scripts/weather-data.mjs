// Writes examples/data/weather.json: a stretch of Seattle's weather, linear models of the week and of the day after it, and what they need to be
// explained: weights and means, so that weight · (value − mean) is exact.
//
//   node scripts/weather-data.mjs seattle-weather.csv
//
// The file is that of the npm package vega-datasets 2: daily records of the National Centers for Environmental Information of NOAA, a
// work of the government of the United States and so in the public domain.

import { readFileSync, writeFileSync } from 'node:fs';

const [file] = process.argv.slice(2);
const days = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [date, rain, warmest, coldest, wind] = line.split(',');
    return { date, warmest: Number(warmest), coldest: Number(coldest), rain: Number(rain), wind: Number(wind) };
  });

const channels = ['warmest', 'coldest', 'rain', 'wind'];
const digits = (value) => Number(value.toPrecision(6));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const seasonOf = ({ date }) => {
  const turn = ((new Date(date) - new Date(`${date.slice(0, 4)}-01-01`)) / 86_400_000 / 365.25) * 2 * Math.PI;
  return { 'winter to summer': -Math.cos(turn), 'autumn to spring': Math.sin(turn) };
};

/** Weights of least squares with a penalty on their squares, of columns in units of their standard deviation. */
function ridge(rows, targets, penalty) {
  const means = rows[0].map((_, column) => mean(rows.map((row) => row[column])));
  const scales = means.map((middle, column) => Math.sqrt(mean(rows.map((row) => (row[column] - middle) ** 2))));
  const unit = rows.map((row) => row.map((value, column) => (value - means[column]) / scales[column]));
  const middle = mean(targets);
  const size = means.length;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => mean(unit.map((row) => row[i] * row[j])) + (i === j ? penalty : 0)),
    mean(unit.map((row, at) => row[i] * (targets[at] - middle))),
  ]);
  for (let i = 0; i < size; i++)
    for (let row = 0; row < size; row++) {
      if (row === i) continue;
      const factor = system[row][i] / system[i][i];
      for (let column = i; column <= size; column++) system[row][column] -= factor * system[i][column];
    }
  const weights = system.map((row, i) => row[size] / row[i] / scales[i]);
  return { baselineScore: digits(middle), means: means.map(digits), weights: weights.map(digits) };
}

const window = 28;
const ahead = 7;
const weekAfter = (at) => mean(days.slice(at + 1, at + 1 + ahead).map(({ warmest }) => warmest));
const starts = Array.from({ length: days.length - window - ahead + 1 }, (_, start) => start);
const flat = (start) => days.slice(start, start + window).flatMap((day) => channels.map((name) => day[name]));
const series = ridge(
  starts.map(flat),
  starts.map((start) => weekAfter(start + window - 1)),
  4,
);

const columnsOf = (at) => {
  const [before, today] = [days[at - 1], days[at]];
  const week = days.slice(at - 6, at + 1);
  return {
    'warmest today': today.warmest,
    'coldest today': today.coldest,
    'rain today': today.rain,
    'wind today': today.wind,
    'warmest yesterday': before.warmest,
    'coldest yesterday': before.coldest,
    'rain yesterday': before.rain,
    'wind yesterday': before.wind,
    'rain of the week': digits(week.reduce((sum, { rain }) => sum + rain, 0)),
    'warmest of the week': Math.max(...week.map(({ warmest }) => warmest)),
    'coldest of the week': Math.min(...week.map(({ coldest }) => coldest)),
    ...Object.fromEntries(Object.entries(seasonOf(today)).map(([name, value]) => [name, digits(value)])),
  };
};
const tabled = Array.from({ length: days.length - 7 }, (_, at) => at + 6);
const table = ridge(
  tabled.map((at) => Object.values(columnsOf(at))),
  tabled.map((at) => days[at + 1].warmest),
  0.01,
);

const chosen = days.findIndex(({ date }) => date === '2014-05-14');
const data = {
  origin:
    'Daily weather of Seattle, NOAA National Centers for Environmental Information (public domain), by way of vega-datasets 2; models and weights by scripts/weather-data.mjs',
  series: {
    first: days[chosen - window + 1].date,
    channels,
    values: flat(chosen - window + 1),
    ...series,
    truth: digits(weekAfter(chosen)),
  },
  table: { date: days[chosen].date, columns: columnsOf(chosen), ...table, truth: days[chosen + 1].warmest },
};
writeFileSync(
  new URL('../examples/data/weather.json', import.meta.url),
  `${JSON.stringify(data, undefined, 1).replace(/\n\s+(?=[-\d\]])/g, ' ')}\n`,
);
