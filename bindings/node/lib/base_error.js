// The error that every failure is, with what is known of it.
'use strict';

class HostbillError extends Error {
    constructor(message, document = {}, options = undefined) {
        super(message, options);
        this.errorClass = document.class ?? new.target.errorClass;
        this.status = document.status ?? new.target.status;
        this.operation = document.operation || null;
        this.httpStatus = document.http_status || null;
        this.portalErrors = document.portal_errors ?? [];
        this.attempts = document.attempts ?? 0;
        this.retryable = document.retryable ?? false;
        this.fields = document.fields ?? [];
        this.portals = document.portals ?? [];
        this.reconcile = document.reconcile ?? {};
        this.retryAfter = document.retry_after_s ?? null;
        this.history = document.history ?? [];
        this.tag = document.tag ?? null;
    }
}
HostbillError.errorClass = 'internal';
HostbillError.status = -18;

// Not a property of each error, which would show in its listing.
Object.defineProperty(HostbillError.prototype, 'name', {
    configurable: true,
    get() {
        return this.constructor.name;
    },
});

module.exports = { HostbillError };
