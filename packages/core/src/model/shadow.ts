/** Lays another method over one of an object until the returned function is called. */
export function shadow<K extends string, M>(object: { [key in K]?: M }, key: K, method: M): () => void {
  const before = Object.getOwnPropertyDescriptor(object, key);
  object[key] = method;
  return () => {
    if (before) Object.defineProperty(object, key, before);
    else Reflect.deleteProperty(object, key);
  };
}
