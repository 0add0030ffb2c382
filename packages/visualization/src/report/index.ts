export { svgFigure } from './figure';
export { htmlReport } from './report';
export type {
  ReportData,
  ReportedCompleteness,
  ReportedError,
  ReportedExplanation,
  ReportedPrediction,
} from './types';
