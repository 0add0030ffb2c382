import { library } from '../../tsup.base';

export default library({ index: 'src/index.ts', report: 'src/report/index.ts' });
