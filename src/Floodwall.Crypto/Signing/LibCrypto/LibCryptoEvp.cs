using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Floodwall.Crypto.Interop;

namespace Floodwall.Crypto;

/// <summary>The part of OpenSSL's EVP interface that Ed25519 needs (openssl/evp.h, OpenSSL 1.1.1 and later).</summary>
internal static unsafe partial class LibCryptoEvp
{
    /// <summary>NID_ED25519 of openssl/obj_mac.h.</summary>
    public const int Ed25519Nid = 1087;

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_new_raw_private_key")]
    public static partial EvpKeyHandle NewRawPrivateKey(int type, nint engine, byte* key, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_new_raw_public_key")]
    public static partial EvpKeyHandle NewRawPublicKey(int type, nint engine, byte* key, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_get_raw_public_key")]
    public static partial int GetRawPublicKey(EvpKeyHandle key, byte* publicKey, nuint* length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_PKEY_free")]
    public static partial void FreeKey(nint key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_MD_CTX_new")]
    public static partial EvpContextHandle NewContext();

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_MD_CTX_free")]
    public static partial void FreeContext(nint context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_MD_CTX_reset")]
    public static partial int ResetContext(EvpContextHandle context);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestSignInit")]
    public static partial int SignInit(EvpContextHandle context, nint keyContext, nint digest, nint engine, EvpKeyHandle key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestSign")]
    public static partial int Sign(EvpContextHandle context, byte* signature, nuint* signatureLength, byte* message, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestVerifyInit")]
    public static partial int VerifyInit(EvpContextHandle context, nint keyContext, nint digest, nint engine, EvpKeyHandle key);

    [LibraryImport(LibCrypto.Name, EntryPoint = "EVP_DigestVerify")]
    public static partial int Verify(EvpContextHandle context, byte* signature, nuint signatureLength, byte* message, nuint length);

    [LibraryImport(LibCrypto.Name, EntryPoint = "ERR_get_error")]
    private static partial nuint GetError();

    [LibraryImport(LibCrypto.Name, EntryPoint = "ERR_clear_error")]
    public static partial void ClearErrors();

    /// <summary>The exception for a call that failed, with OpenSSL's own error code.</summary>
    public static CryptographicException Failure(string call)
    {
        nuint code = GetError();
        ClearErrors();
        return new CryptographicException($"{call} failed (OpenSSL error 0x{code:x})");
    }
}

/// <summary>An owned EVP_PKEY.</summary>
internal sealed class EvpKeyHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCryptoEvp.FreeKey(handle);
        return true;
    }
}

/// <summary>An owned EVP_MD_CTX.</summary>
internal sealed class EvpContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        LibCryptoEvp.FreeContext(handle);
        return true;
    }
}
