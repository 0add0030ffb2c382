import type { Picture } from '@vitrum/visualization';

/** `<picture-canvas .picture=${picture}>`: pixels on a canvas. */
class PictureCanvas extends HTMLElement {
  readonly #canvas: HTMLCanvasElement = document.createElement('canvas');

  connectedCallback(): void {
    this.append(this.#canvas);
  }

  set picture({ width, height, data }: Picture) {
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#canvas.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(data), width, height), 0, 0);
  }
}

customElements.define('picture-canvas', PictureCanvas);
