import type { Drawing } from './drawing';
import type { Picture } from './picture';

/** The photograph as it is. */
export const original = (photograph: Picture): Drawing => ({
  picture: photograph,
  title: 'Original',
  caption: 'what the model sees',
  notes: [],
});
