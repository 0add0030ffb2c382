import { describe, expect, test } from 'vitest';
import { alphaScaling } from './alpha-scaling';
import { blendedHeatMap } from './blended-heat-map';
import { heatMap } from './heat-map';
import { maskedImage } from './masked-image';
import { original } from './original';
import { createPicture, type Picture } from './picture';

const map = { width: 4, height: 1, values: Float32Array.of(1, 0, -2, 4) };
const limit = () => 4;
/** Position p as the grey 200 · p. */
const colours = (position: number) => `rgb(${200 * position}, ${200 * position}, ${200 * position})`;
const photograph: Picture = {
  width: 4,
  height: 1,
  data: Uint8ClampedArray.of(10, 20, 30, 255, 40, 50, 60, 255, 90, 100, 110, 255, 201, 202, 203, 255),
};
const rows = ({ data }: Picture) => [0, 4, 8, 12].map((at) => Array.from(data.subarray(at, at + 4)));

describe('heatMap', () => {
  test('colours each pixel by its place on the scale', () => {
    const { picture, scale } = heatMap(map, { limit, colours });
    // Strengths 0.25, 0, −0.5, 1 lie at 0.625, 0.5, 0.25, 1.
    expect(rows(picture)).toEqual([125, 100, 50, 200].map((grey) => [grey, grey, grey, 255]));
    expect(scale).toMatchObject({ low: -4, high: 4 });
  });

  test('has its negative scale end at zero', () => {
    const { picture, scale } = heatMap(map, { sign: 'negative', limit, colours });
    expect(rows(picture).map(([grey]) => grey)).toEqual([200, 200, 100, 200]);
    expect(scale).toMatchObject({ low: -4, high: 0 });
  });
});

describe('blendedHeatMap', () => {
  test('mixes grey and colour as Captum does when opacity is a number', () => {
    const { picture } = blendedHeatMap(map, photograph, { limit, colours, opacity: 0.5 });
    // The means of the photograph's channels are 20, 50, 100, 202.
    expect(rows(picture).map(([grey]) => grey)).toEqual([72.5, 75, 75, 201].map(evenRound));
  });

  test('leaves the photograph clear where nothing counts', () => {
    const { picture } = blendedHeatMap({ ...map, values: new Float32Array(4) }, photograph);
    expect(rows(picture).map(([grey]) => grey)).toEqual([20, 50, 100, 202]);
  });

  test('covers with the opacity of the size of the strength', () => {
    const { picture } = blendedHeatMap(map, photograph, {
      limit,
      colours,
      opacity: (strength) => (strength === 0.5 ? 1 : 0),
    });
    expect(rows(picture).map(([grey]) => grey)).toEqual([20, 50, 50, 202]);
  });
});

test('blendedHeatMap draws the colour alone where the photograph is transparent, never what colour lies hidden there', () => {
  const data = Uint8ClampedArray.of(250, 250, 250, 0, 250, 250, 250, 0, 90, 90, 90, 51, 90, 90, 90, 255);
  const { picture } = blendedHeatMap(map, { ...photograph, data }, { limit, colours, opacity: 0.5 });
  const [clear, , faint, opaque] = rows(picture);
  expect(clear).toEqual([125, 125, 125, evenRound(127.5)]);
  // Over white paper: colour · 0.5 + 0.5 · (grey · 0.2 + paper · 0.8), as two layers are laid over each other.
  const [grey = 0, , , alpha = 0] = faint ?? [];
  expect(alpha).toBe(153);
  const onPaper = (grey * alpha) / 255 + 255 - alpha;
  expect(Math.abs(onPaper - (50 * 0.5 + 0.5 * (90 * 0.2 + 255 * 0.8)))).toBeLessThan(1);
  expect(opaque).toEqual([145, 145, 145, 255]);
  const none = blendedHeatMap({ ...map, values: new Float32Array(4) }, { ...photograph, data });
  expect(rows(none.picture)[0]?.[3]).toBe(0);
});

/** How clamped bytes round: halves to the even number. */
const evenRound = (value: number) => Uint8ClampedArray.of(value)[0];

test('maskedImage darkens by strength, cut to whole numbers', () => {
  expect(rows(maskedImage(map, photograph, { limit }).picture)).toEqual([
    [2, 5, 7, 255],
    [0, 0, 0, 255],
    [0, 0, 0, 255],
    [201, 202, 203, 255],
  ]);
  expect(rows(maskedImage(map, photograph, { limit, sign: 'negative' }).picture)[2]).toEqual([45, 50, 55, 255]);
});

test('alphaScaling keeps colours and puts the strength into alpha', () => {
  const drawn = rows(alphaScaling(map, photograph, { limit, sign: 'absolute' }).picture);
  expect(drawn.map(([, , , alpha]) => alpha)).toEqual([63, 0, 127, 255]);
  expect(drawn.map((pixel) => pixel.slice(0, 3))).toEqual(rows(photograph).map((pixel) => pixel.slice(0, 3)));
});

test('original is the photograph itself', () => {
  expect(original(photograph).picture).toBe(photograph);
});

test('original says what black and white are where that was found and is not bytes or shares', () => {
  const found = (black: number, white: number) => ({ ...photograph, range: { black, white, found: true } });
  expect(original(found(-1, 1)).notes).toEqual(['black is −1, white 1, as found']);
  expect(original(found(0, 255)).notes).toEqual([]);
  expect(original(found(0, 1)).alt).toContain('black is 0, white 1');
  expect(original({ ...photograph, range: { black: -1, white: 1, found: false } }).notes).toEqual([]);
});

describe('every drawing', () => {
  const zero = { ...map, values: new Float32Array(4) };

  test('draws zeros as zero, and says so', () => {
    for (const { notes } of [heatMap(zero), blendedHeatMap(zero, photograph), heatMap(zero, { sign: 'absolute' })])
      expect(notes).toEqual(['The attribution is zero everywhere.']);
    for (const { notes } of [maskedImage(zero, photograph), alphaScaling(zero, photograph)])
      expect(notes).toEqual(['No attribution is positive.']);
    expect(heatMap(map).notes).toEqual([]);
  });

  test('refuses a map of another size than the photograph', () => {
    const small = { width: 2, height: 1, values: Float32Array.of(1, 2) };
    for (const draw of [blendedHeatMap, maskedImage, alphaScaling])
      expect(() => draw(small, photograph)).toThrow(/2 × 1 map for a 4 × 1 photograph/);
  });

  test('leaves its inputs as they were', () => {
    const before = [Array.from(map.values), Array.from(photograph.data)];
    for (const draw of [blendedHeatMap, maskedImage, alphaScaling]) draw(map, photograph);
    expect([Array.from(map.values), Array.from(photograph.data)]).toEqual(before);
  });

  test('says in words where the extremes are, how the signs share, and what is cut', () => {
    expect(heatMap(map, { limit: 2 }).alt).toBe(
      'Heat map, 4 × 1 pixels. Largest 4.0 at row 0, column 3; least −2.0 at row 0, column 2. ' +
        '71 % of the absolute sum is positive, 29 % negative; the sum is 3.0. Full strength is 2.0, which 25 % of the pixels exceed.',
    );
    expect(maskedImage(zero, photograph).alt).toContain('All attributions are zero. No attribution is positive.');
  });

  test('warns as Captum does where full strength is next to nothing', () => {
    const faint = { ...map, values: map.values.map((value) => value * 1e-7) };
    expect(heatMap(faint).notes).toEqual(['Full strength is only 4.0e−7.']);
  });

  test('names no colours that the caller chose', () => {
    expect(heatMap(map).caption).toContain('red');
    expect(heatMap(map, { colours }).caption).not.toContain('red');
  });
});

test('a map without a value for each pixel is refused, and light or alpha of both signs', () => {
  expect(() => heatMap({ width: 3, height: 1, values: Float32Array.of(1, 2) })).toThrow(/2 values for a map of 3 × 1/);
  const [one, grey] = [{ width: 1, height: 1, values: Float32Array.of(-1) }, createPicture(1, 1, [9, 9, 9])];
  // @ts-expect-error as JavaScript may pass it
  const both: { sign: 'positive' } = { sign: 'all' };
  for (const draw of [maskedImage, alphaScaling])
    expect(() => draw(one, grey, both)).toThrow(/sign "all"; expected one of positive, negative, absolute/);
});
