// Calls that Perl's handlers of signals can interrupt. After Perl's headers.
#pragma once

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

// The envelope of a call, briefly without remarks and facts. If a handler dies, `owner` is told what became of the call, by its method stopped.
inline SV *call(pTHX_ Names &names, hostbill_swig::Client &client, const char *operation, const char *params,
                const char *options, SV *owner, bool briefly) {
    Signals signals;
    SV *envelope = nullptr;
    {
        // Copies, because Perl frees its own when a handler exits.
        const std::string name = operation;
        const std::string given = params;
        const std::string wanted = options == nullptr ? "" : options;
        hostbill_set_interrupt(Signals::ask, &signals);
        const hostbill_swig::Text text = client.call(name.c_str(), given.c_str(), wanted.c_str());
        hostbill_set_interrupt(nullptr, nullptr);
        if (!signals.exits())
            envelope = read(aTHX_ names, text.data(), text.size(), briefly);
    }
    if (signals.stopped() && !signals.exits()) {
        dSP;
        ENTER;
        SAVETMPS;
        PUSHMARK(SP);
        EXTEND(SP, 2);
        PUSHs(owner);
        PUSHs(sv_2mortal(envelope));
        PUTBACK;
        call_method("stopped", G_DISCARD | G_EVAL);
        FREETMPS;
        LEAVE;
    }
    signals.leave(aTHX);
    return envelope;
}

} // namespace hostbill_perl
