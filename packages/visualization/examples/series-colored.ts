import type { Figure } from '@vitrum/visualization';
import { coloredGraph } from '@vitrum/visualization/charts';
import { fourWeeks } from './data/weather';

/** Lines that have the colours of their attributions. */
export default function seriesColored(): Figure {
  return coloredGraph(fourWeeks, { title: 'What makes the next week warm', xLabel: 'day' });
}
