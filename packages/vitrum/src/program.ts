import { Command, Option } from 'commander';
import { doctorCommand } from './cli/doctor';
import { type ExplainOptions, explainCommand } from './cli/explain';
import { backendsCommand, layersCommand, methodsCommand } from './cli/lists';
import { type Terminal, terminal } from './cli/terminal';
import { ownVersion } from './cli/versions';
import { scaleNames } from './network/scale';

/** Where a command runs: how it is cancelled, and what it leaves behind. */
export interface Surroundings {
  readonly signal: AbortSignal;
  /** Sets the exit code that is not 0 though nothing was thrown. */
  fail(code: number): void;
}

const exitCodes = `
Exit codes: 0 done, 1 a fault of Vitrum or, of doctor, something is broken, 2 arguments or files that cannot be used,
130 cancelled by Ctrl-C. Results go to stdout, talk to stderr; NO_COLOR is heeded.`;

const examples = `
Examples:
  vitrum explain photo.jpg
  vitrum explain photo.jpg --target top3 --method gradCam,lrp
  vitrum explain *.jpg --model ./my-model --labels labels.txt --scale -1..1 --out why`;

/** The command line. */
export async function program({ signal, fail }: Surroundings): Promise<Command> {
  const root = new Command('vitrum')
    .description('What did the network look at? Attribution for TensorFlow.js models.')
    .version(await ownVersion(), '-V, --version', 'print the version')
    .exitOverride()
    .configureHelp({ helpWidth: 118 })
    .configureOutput({ outputError: () => {} })
    .enablePositionalOptions();
  const command = (name: string, description: string): Command => root.command(name).description(description);

  explainOptions(
    command('explain [photo...]', 'say what a model sees in photographs, and why (default: a cat)'),
  ).action((photos: string[], options: ExplainOptions & { quiet?: boolean }) =>
    explainCommand(photos, options, terminal({ quiet: options.quiet === true }), signal),
  );
  command('methods [name]', 'list the methods, or the options of one')
    .option('--json', 'as JSON, with the schema of all options')
    .action((name: string | undefined, options: { json?: boolean }) => methodsCommand(name, options, loud()));
  command('layers', 'list what --layer and --neuron can name')
    .option('--model <path>', 'a folder with a model.json, or that file (default: EfficientNet-Lite0)')
    .option('--json', 'as JSON')
    .action((options: { model?: string; json?: boolean }) => layersCommand(options, loud()));
  command('backends', 'list the backends, and which of them work here')
    .option('--json', 'as JSON')
    .action((options: { json?: boolean }) => backendsCommand(options, loud()));
  command('doctor', 'try everything that explaining needs').action(async () => {
    if (!(await doctorCommand(loud()))) fail(1);
  });
  return root.addHelpText('after', exitCodes);
}

const loud = (): Terminal => terminal({ quiet: false });

function explainOptions(command: Command): Command {
  const each = (value: string, before: readonly string[]) => [...before, value];
  return command
    .option('--model <path>', 'a folder with a model.json, or that file (default: EfficientNet-Lite0)')
    .option('--labels <file>', 'a label in each line, or JSON (default: those beside the model)')
    .option('--size <pixels>', 'of the input: 224, or height x width, 224x192 (default: as the model declares)')
    .option(
      '--scale <name>',
      `how pixels become inputs: ${scaleNames.join(', ')}, or mean:deviation (default: guessed)`,
    )
    .option(
      '--method <names>',
      'between commas; smoothGrad:gradient is one around another (default: integratedGradients with 200 steps, occlusion, gradCam)',
    )
    .addOption(
      new Option('--set <method.option=value>', 'an option of a method; may be repeated')
        .argParser(each)
        .default([], 'none'),
    )
    .option('--target <class>', 'a number, a label, or top3 (default: the predicted class)')
    .option('--contrast <a:b>', 'why the one class rather than the other')
    .option('--neuron <layer:index>', 'an activation inside, such as logits:285 or blocks/10/add:7,7,3')
    .option('--layer <name>', 'where Grad-CAM and its like look (default: the last convolution)')
    .option('--baseline <what>', 'black, grey, white, a number, blurred:8 or uniform:-1:1 (default: grey)')
    .option('--features <what>', 'what goes missing together: patches:16 or superpixels:50 (default: some 200 patches)')
    .addOption(new Option('--seed <number>', 'of methods that draw at random').default('0', '0'))
    .addOption(new Option('--backend <name>', 'wasm, cpu or node').default('wasm', 'wasm'))
    .option(
      '--workers <count>',
      'threads that help, 0 for none (default: as many as cores, where a method takes many rows)',
    )
    .addOption(new Option('--out <folder>', 'where the files go').default('vitrum-pictures', 'vitrum-pictures'))
    .addOption(
      new Option('--format <names>', 'between commas: png, svg, html, npy, json').default('png,html', 'png,html'),
    )
    .option('--json', 'the result as JSON on stdout')
    .option('--quiet', 'no talk on stderr')
    .addHelpText('after', examples);
}
