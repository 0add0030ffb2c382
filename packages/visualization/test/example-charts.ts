import { bars, waterfall } from '@vitrum/visualization/charts';
import { toHtml } from '@vitrum/visualization/html';
import { highlightedText } from '@vitrum/visualization/text';

const columns = [
  { name: 'age', value: 59, attribution: 0.21 },
  { name: 'income', value: 'high', attribution: -0.34 },
];
export const chart: string = bars(columns, { title: 'Why 0.37?' }).svg();
export const steps: string = waterfall(columns, { baselineScore: 0.5, score: 0.37 }).svg();
export const page: string = toHtml(
  highlightedText([{ tokens: ['un', '##want', '##ed', 'noise'], attributions: [-0.2, -0.1, 0, -0.6] }], {
    merge: 'wordpiece',
  }),
);
