import { original, type PaintedFigure, pictureFromTensor, sheet, type TensorLike } from '@vitrum/visualization';
import { photograph } from './data/cat';

const mean = [0.485, 0.456, 0.406];
const std = [0.229, 0.224, 0.225];

/** A tensor of any range is shown as the photograph it was: the range is told, or found and said. */
export default async function imageRanges(): Promise<PaintedFigure> {
  const given = (change: (share: number, channel: number) => number): TensorLike => tensorOf(change);
  const normalized = given((share, channel) => (share - (mean[channel] ?? 0)) / (std[channel] ?? 1));
  const pictures = [
    ['0 to 1', await pictureFromTensor(given((share) => share))],
    ['−1 to 1', await pictureFromTensor(given((share) => 2 * share - 1))],
    ['mean and deviation told', await pictureFromTensor(normalized, { mean, std, range: [0, 1] })],
    ['mean and deviation not told', await pictureFromTensor(normalized)],
  ] as const;
  return sheet(
    pictures.map(([title, picture]) => ({ ...original(picture), title })),
    { title: 'What the model was given', panelWidth: 192 },
  );
}

/** The head of the cat, 96 × 96 pixels, as a network would be given it; a TensorFlow.js tensor does as well. */
function tensorOf(change: (share: number, channel: number) => number): TensorLike {
  const values = Float32Array.from({ length: 96 * 96 * 3 }, (_, at) => {
    const [row, column, channel] = [Math.floor(at / 288) + 60, (Math.floor(at / 3) % 96) + 20, at % 3];
    return change((photograph.data[(row * photograph.width + column) * 4 + channel] ?? 0) / 255, channel);
  });
  return { shape: [96, 96, 3], data: () => Promise.resolve(values) };
}
