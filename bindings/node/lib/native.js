// Loads the native part.
'use strict';

const os = require('node:os');
const path = require('node:path');

const file = path.join(__dirname, '..', 'build', 'Release', 'hostbill_native.node');
const { RTLD_NOW, RTLD_DEEPBIND } = os.constants.dlopen;
const loaded = { exports: {} };

try {
    // Node exports the OpenSSL that it contains. Without RTLD_DEEPBIND libhostbill's libcurl would use that one, half of
    // it, instead of its own.
    process.dlopen(loaded, file, RTLD_NOW | (RTLD_DEEPBIND ?? 0));
} catch (problem) {
    throw new Error(`hostbill's native part could not be loaded: ${problem.message}`, { cause: problem });
}
const problem = loaded.exports.misfit();
if (problem !== null && problem !== undefined && problem !== '') throw new Error(problem);

module.exports = loaded.exports;
