// A group of operations, such as `client.domains`.
'use strict';

// Under a symbol, because an operation may have any name.
const send = Symbol('send');

class Group {
    constructor(root) {
        this[send] = (operation, path, params, options) => root[send](operation, path, params, options);
        Object.defineProperty(this, send, { enumerable: false });
    }
}

module.exports = { Group, send };
