export { highlightedText } from './highlighted-text';
export { mergePieces, type Words } from './merge-pieces';
export type { HighlightedTextOptions, Pieces, TextRecord } from './types';
