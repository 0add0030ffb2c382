// What workers are made of. An entry of its own: who has none need not carry it.
export { dataOf, type Helper, helperFor, tensorsOf } from './probe/helper';
