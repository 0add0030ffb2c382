import { chelsea224 } from '@vitrum/efficientnet-lite0';

/** A photograph that comes with the page. */
export interface Sample {
  readonly title: string;
  readonly name: string;
  readonly file: URL;
}

// Each `new URL('…', import.meta.url)` is written out in full: in this form the bundler finds the file and takes it along.
const cat: Sample = { title: 'the cat', name: 'Chelsea, a cat', file: chelsea224 };

/** The photographs that come with the page; where they are from stands in photographs/README.md. */
export const samples: readonly Sample[] = [
  cat,
  { title: 'the coffee', name: 'A cup of coffee', file: new URL('../photographs/coffee_224.png', import.meta.url) },
  { title: 'the rocket', name: 'A rocket', file: new URL('../photographs/rocket_224.png', import.meta.url) },
];

/** The one to begin with. */
export const first: Sample = cat;
