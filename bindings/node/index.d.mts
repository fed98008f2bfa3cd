import * as hostbill from './index.js';

export * from './index.js';
export default hostbill;
