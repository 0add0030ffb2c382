/** Text with what SVG and HTML give a meaning to replaced, for between tags and in quoted attributes; what XML forbids becomes U+FFFD. */
export const escapeMarkup = (text: string): string =>
  allowed(text).replace(/[&<>"']/g, (character) => entities[character] ?? character);

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The text with what XML forbids as U+FFFD. */
export const allowed = (text: string): string => text.replace(forbidden, '\uFFFD');

/** All that is outside of the characters of XML 1.0, §2.2: controls and halves of surrogate pairs. */
const forbidden = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** The letters of all figures; Inter where it is installed. */
export const fontFamily = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';

/** The outermost element of a figure: an image to those who listen, with the alternative text as its name. */
export const svgPage = (width: number, height: number, alt: string, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(alt)}" font-family="${escapeMarkup(fontFamily)}">
${body}
</svg>
`;
