import { methods } from '../../tsup.base';

export default methods();
