'use strict';

const native = require('./lib/native');
const { Answer, Client } = require('./lib/client');
const { read } = require('./lib/documents');
const errors = require('./lib/generated/errors');
const { Sandbox } = require('./lib/sandbox');

function catalog(portal = null) {
    if (portal !== null && (typeof portal !== 'string' || portal.includes('\0'))) {
        throw new errors.UsageError('the name of a portal has to be text without a NUL');
    }
    const document = read(native.catalog(portal ?? ''));
    if (document.error) throw errors.fromDocument(document.error);
    return document;
}

const { fromDocument, ...classes } = errors;

module.exports = {
    Answer,
    Client,
    Sandbox,
    ...classes,
    catalog,
    version: () => native.version(),
    liveObjects: () => native.live_objects(),
};
