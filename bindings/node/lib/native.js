// Loads the native part.
'use strict';

const path = require('node:path');

const folder = path.join(__dirname, '..', 'build', 'Release');
let native;

try {
    require(path.join(folder, 'curl_first.node'));
    native = require(path.join(folder, 'hostbill_native.node'));
} catch (problem) {
    throw new Error(`hostbill's native part could not be loaded: ${problem.message}`, { cause: problem });
}
const problem = native.misfit();
if (problem !== null && problem !== undefined && problem !== '') throw new Error(problem);

module.exports = native;
