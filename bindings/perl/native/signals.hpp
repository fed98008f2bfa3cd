// Calls, which Perl's handlers of signals can interrupt. After Perl's headers and values.hpp.
#pragma once

#ifdef MULTIPLICITY
#pragma push_macro("aTHX") // As in values.hpp.
#undef aTHX
#define aTHX my_perl
#endif

namespace hostbill_perl {

// What happens to a call in a thread of Perl's. Handlers run during the call, between two waits for the portal; if one
// dies or exits, the call is stopped first.
class Signals {
public:
    // The callback of hostbill_set_interrupt().
    static int ask(void *data) {
        dTHX;
        return PL_sig_pending != 0 && !static_cast<Signals *>(data)->heed(aTHX) ? 1 : 0;
    }

    // Does what the handler wanted, if that was to leave. Nothing may be left to destroy.
    void leave(pTHX) {
        if (exits_)
            JMPENV_JUMP(2);
        if (died_ != nullptr)
            croak_sv(sv_2mortal(std::exchange(died_, nullptr)));
    }

    bool stopped() const { return exits_ || died_ != nullptr; }
    bool exits() const { return exits_; }

    // What Perl calls by heed(): handlers run here, and whatever they do ends here.
    static void run_handlers(pTHX_ CV *) {
        dXSARGS;
        PERL_UNUSED_VAR(items);
        PERL_ASYNC_CHECK();
        XSRETURN_YES;
    }

private:
    // False if the thread is to leave.
    bool heed(pTHX) {
        dJMPENV;
        int jumped = 0;
        JMPENV_PUSH(jumped);
        if (jumped == 0) {
            dSP;
            ENTER;
            SAVETMPS;
            save_scalar(PL_errgv);
            PUSHMARK(SP);
            PUTBACK;
            const SSize_t count = call_pv("Hostbill::Native::run_handlers", G_EVAL | G_SCALAR);
            SPAGAIN;
            if (count != 1 || !SvTRUE_nomg(POPs))
                died_ = newSVsv(ERRSV);
            PUTBACK;
            FREETMPS;
            LEAVE;
        } else {
            exits_ = true; // By exit; Perl has left everything but this call.
        }
        JMPENV_POP;
        return !stopped();
    }

    SV *died_ = nullptr;
    bool exits_ = false;
};

// One call as Hostbill::Client makes it: `owner` is its handle, params a hash or undef, in kinds if that is a hash, options a
// hash, in option_kinds, or undef.
struct Call {
    SV *owner;
    SV *operation;
    SV *params;
    SV *kinds;
    SV *options;
    HV *option_kinds;

    // False if the library cannot be asked: Hostbill::Client then says why.
    bool perform(pTHX_ Names &names, hostbill_swig::Client &client, bool whole) {
        // Copies, because Perl frees its own when a handler exits.
        const std::string name = SvPV_nolen(operation);
        Writer given;
        if (SvOK(params)) {
            HV *const hash = hash_of(params);
            HV *const known = hash_of(kinds);
            if (hash == nullptr)
                return false;
            if (HvUSEDKEYS(hash) != 0 &&
                !(known != nullptr ? given.write_kinds(aTHX_ hash, known) : given.write(aTHX_ params, 0)))
                return false;
        }
        Writer wanted;
        if (SvOK(options)) {
            HV *const hash = hash_of(options);
            if (hash == nullptr || !wanted.write_kinds(aTHX_ hash, option_kinds))
                return false;
        }
        hostbill_set_interrupt(Signals::ask, &signals);
        const hostbill_swig::Text text = client.call(name.c_str(), given.out.c_str(), wanted.out.c_str());
        hostbill_set_interrupt(nullptr, nullptr);
        if (signals.exits())
            return true;
        if (!whole && !signals.stopped())
            data = read_data(aTHX_ names, text.data(), text.size());
        if (data == nullptr)
            envelope = read(aTHX_ names, text.data(), text.size());
        return true;
    }

    Signals signals;
    SV *data = nullptr;     // Of an answer, if nothing else was wanted of it;
    SV *envelope = nullptr; // else all.
};

// What a function of Perl's makes of a value.
inline SV *told(pTHX_ const char *name, SV *value) {
    dSP;
    PUSHMARK(SP);
    XPUSHs(value);
    PUTBACK;
    call_pv(name, G_SCALAR);
    SPAGAIN;
    SV *const made = POPs;
    PUTBACK;
    return made;
}

// Calls a function or method of Perl's with these values, which end with this call.
inline void tell(pTHX_ const char *name, I32 how, std::initializer_list<SV *> values) {
    dSP;
    ENTER;
    SAVETMPS;
    PUSHMARK(SP);
    EXTEND(SP, static_cast<SSize_t>(values.size()));
    for (SV *value : values)
        PUSHs(value);
    PUTBACK;
    if ((how & G_METHOD) != 0)
        call_method(name, how & ~G_METHOD);
    else
        call_pv(name, how);
    FREETMPS;
    LEAVE;
}

// Whether an operation's name is text that C can take as it is.
inline bool is_plain_name(SV *name) {
    return SvPOK(name) && !SvROK(name) && !SvGMAGICAL(name) && is_ascii(SvPVX(name), SvCUR(name)) &&
           std::memchr(SvPVX(name), 0, SvCUR(name)) == nullptr;
}

// perform(client, handle, whole, operation, params, kinds, options, option_kinds): the data of an answer, or all of it; or
// dies. If a handler of signals dies, the handle is told what became of the call, by its method stopped.
inline SV *perform(pTHX_ Names &names, hostbill_swig::Client &client, bool whole, Call &call) {
    if (!is_plain_name(call.operation))
        call.operation = told(aTHX_ "Hostbill::Client::_name", call.operation);
    if (!call.perform(aTHX_ names, client, whole)) {
        tell(aTHX_ "Hostbill::Client::_refuse", G_DISCARD | G_VOID,
             {call.operation, call.params, call.kinds, call.options});
        croak("the call was refused");
    }
    if (call.signals.stopped() && !call.signals.exits())
        tell(aTHX_ "stopped", G_METHOD | G_DISCARD | G_EVAL, {call.owner, sv_2mortal(call.envelope)});
    call.signals.leave(aTHX);
    if (call.data != nullptr)
        return sv_2mortal(call.data);
    SV *const envelope = sv_2mortal(call.envelope);
    HV *const members = hash_of(envelope);
    SV **const ok = members == nullptr ? nullptr : hv_fetchs(members, "ok", 0);
    if (ok == nullptr || !SvTRUE(*ok))
        tell(aTHX_ "Hostbill::Client::_failed", G_DISCARD | G_VOID, {envelope});
    return envelope;
}

} // namespace hostbill_perl

#ifdef MULTIPLICITY
#pragma pop_macro("aTHX")
#endif
