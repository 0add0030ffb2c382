import { type AttributionMethod, type Model, placesOf } from '@vitrum/core';
import { type MethodEntry, methodEntries } from 'vitrum/methods';
import { beginnings, type Catalogue, type MethodCard } from './card';
import type { How } from './question';

/** All methods of the registry and all places of the network. */
export function catalogue(model: Model): Catalogue {
  return {
    methods: Object.entries(methodEntries).map(([name, entry]) => cardOf(name, entry)),
    places: placesOf(model)
      .map(({ name }) => name)
      .filter((name) => /^(stem|blocks|head)(\/\d+)?\/(conv|expand|depthwise|project|add)$/.test(name)),
  };
}

/** The method that a question asks for. @throws AttributionError `option` for options it does not take */
export function methodOf({ method: name, options }: How): AttributionMethod {
  const entry = methodEntries[name];
  if (!entry) throw new Error(`There is no method “${name}”.`);
  return entry.make(options);
}

/** Whether the method runs the network many times, so that threads help. */
export const takesMany = ({ method }: How): boolean => methodEntries[method]?.many ?? false;

function cardOf(name: string, { title, summary, family, paper, options, make }: MethodEntry): MethodCard {
  const method = make(beginnings[name] ?? {});
  const needsPixels = family === 'perturbation' || Object.values(options).some(({ type }) => type === 'layer');
  return {
    name,
    title,
    summary,
    family,
    ...(paper !== undefined && { paper }),
    options,
    against: !method.uses.includes('baseline') ? 'none' : method.distribution ? 'several' : 'one',
    where: method.layerOnly ? 'layers' : needsPixels ? 'pixels' : 'both',
    complete: method.complete ?? false,
    targetless: method.targetless ?? false,
  };
}
