export { type Rasterizer, rasterizer } from './rasterizer';
