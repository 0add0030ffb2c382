/**
 * A number as a reader of a scale wants it: two significant digits, a real minus sign, an exponent only for sizes below
 * 0.001 or from 100 000.
 */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  const sign = value < 0 ? '−' : '';
  if (size < 0.001 || size >= 99_950) return sign + size.toExponential(1).replace('e-', 'e−').replace('e+', 'e');
  if (size >= 9.95) return sign + size.toFixed(0);
  return sign + size.toPrecision(2);
}

/** Numbers to be compared and added up, all with the digits that a hundredth of `span` needs; smaller ones by themselves. */
export function alikeFormat(span: number): (value: number) => string {
  const digits = 3 - Math.ceil(Math.log10(span));
  if (!(span >= 1e-3 && span < 1e5)) return formatNumber;
  return (value) => {
    const text = Math.abs(value).toFixed(Math.max(0, Math.min(6, digits)));
    if (Number(text) === 0) return formatNumber(value);
    return value < 0 ? `−${text}` : text;
  };
}
