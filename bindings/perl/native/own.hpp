// How a call finds its client without a statement of Perl's. After Perl's headers and values.hpp.
#pragma once

#ifdef MULTIPLICITY
#pragma push_macro("aTHX") // As in values.hpp.
#undef aTHX
#define aTHX my_perl
#endif

namespace hostbill_perl {

// What a handle owns is tied to it where nothing that prints data looks. A Hostbill::Client without options of its own, and a
// group of such a client, are found here; whatever else there is, such as a class of somebody's own, is left to Perl.
class Own {
public:
    struct Found {
        hostbill_swig::Client *client; // NULL if it is left to Perl, or gone.
        SV *handle;
        HV *option_kinds;
    };

    // Once for each interpreter.
    void look_up(pTHX) {
        stash_ = gv_stashpvs("Hostbill::Client", GV_ADD);
        handle_ = newSVpvs_share("handle");
        options_ = newSVpvs_share("options");
    }

    // With NULL it is taken back.
    static void give(pTHX_ SV *handle, hostbill_swig::Client *client, SV *option_kinds) {
        sv_unmagicext(handle, PERL_MAGIC_ext, &mark);
        if (client != nullptr)
            sv_magicext(handle, option_kinds, PERL_MAGIC_ext, &mark, reinterpret_cast<const char *>(client), 0);
    }

    Found of_client(pTHX_ SV *value) const {
        if (!SvROK(value) || SvTYPE(SvRV(value)) != SVt_PVHV || !SvOBJECT(SvRV(value)) ||
            SvSTASH(SvRV(value)) != stash_)
            return {};
        HV *const members = reinterpret_cast<HV *>(SvRV(value));
        HE *const handle = hv_fetch_ent(members, handle_, 0, SvSHARED_HASH(handle_));
        HE *const options = hv_fetch_ent(members, options_, 0, SvSHARED_HASH(options_));
        HV *const own = options == nullptr ? nullptr : hash_of(HeVAL(options));
        if (handle == nullptr || !SvROK(HeVAL(handle)) || own == nullptr || HvUSEDKEYS(own) != 0)
            return {};
        const MAGIC *const found = mg_findext(SvRV(HeVAL(handle)), PERL_MAGIC_ext, &mark);
        if (found == nullptr)
            return {};
        return {reinterpret_cast<hostbill_swig::Client *>(found->mg_ptr), HeVAL(handle), hash_of(found->mg_obj)};
    }

    Found of_group(pTHX_ SV *value) const {
        return SvROK(value) && SvROK(SvRV(value)) ? of_client(aTHX_ SvRV(value)) : Found{};
    }

private:
    inline static MGVTBL mark = {};

    HV *stash_ = nullptr;
    SV *handle_ = nullptr; // Names of members.
    SV *options_ = nullptr;
};

} // namespace hostbill_perl

#ifdef MULTIPLICITY
#pragma pop_macro("aTHX")
#endif
