import { library } from '../../tsup.base';

export default library({
  index: 'src/index.ts',
  methods: 'src/registry/index.ts',
  cli: 'src/cli.ts',
  helper: 'src/helper.ts',
});
