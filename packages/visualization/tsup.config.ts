import { library } from '../../tsup.base';

export default library({
  index: 'src/index.ts',
  text: 'src/tokens/index.ts',
  charts: 'src/charts/index.ts',
  html: 'src/html/index.ts',
  report: 'src/report/index.ts',
  rasterize: 'src/rasterize/index.ts',
});
