using System.Runtime.InteropServices;

namespace Floodwall.Ledger.Native;

/// <summary>
/// The calls of Linux's C library that .NET does not offer, or offers without reporting their errors. Constants are those that
/// x86-64 and ARM64 share; <c>O_DIRECTORY</c> differs between them and is not needed, as a folder opens read-only without it.
/// </summary>
internal static unsafe partial class Libc
{
    public const int OpenReadOnly = 0x0;
    public const int OpenWriteOnly = 0x1;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenTruncate = 0x200;
    public const int OpenCloseOnExec = 0x80000;

    public const int StatEmptyPath = 0x1000;
    public const uint StatType = 0x1;
    public const uint StatLinks = 0x4;
    public const uint StatSize = 0x200;
    public const int StatBytes = 256;

    public const int ModeShared = 0x1A4; // 0644
    public const int ModeOwnerOnly = 0x180; // 0600

    public const int ErrorNotFound = 2;
    public const int ErrorInterrupted = 4;
    public const int ErrorWouldBlock = 11;
    public const int ErrorInvalid = 22;
    public const int ErrorNoSpace = 28;
    public const int ErrorNotImplemented = 38;
    public const int ErrorNotSupported = 95;
    public const int ErrorQuota = 122;

    public const int ProtectReadWrite = 0x1 | 0x2;
    public const int MapShared = 0x1;
    public const int SyncSynchronously = 0x4;
    public const int LockExclusive = 0x2;
    public const int LockNonBlocking = 0x4;
    public const int LockRelease = 0x8;
    public const int SeekFromStart = 0;
    public const int AllocateZeroRange = 0x10;
    public const int AdvicePopulateWrite = 23;
    public const int AdviceDoNotNeed = 4;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    public static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* data, nint length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long LSeek(int descriptor, long offset, int from);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    public static partial int SyncFs(int descriptor);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true)]
    public static partial int Rename(byte* from, byte* to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true)]
    public static partial int Unlink(byte* path);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int FAllocate(int descriptor, int mode, long offset, long length);

    /// <summary>The answer's layout is the same on every processor (statx(2)).</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    public static partial int StatX(int descriptor, byte* path, int flags, uint mask, uint* answer);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int FTruncate(int descriptor, long length);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int FLock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint MMap(nint address, nint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int MUnmap(nint address, nint length);

    [LibraryImport("libc", EntryPoint = "msync", SetLastError = true)]
    public static partial int MSync(nint address, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int MAdvise(nint address, nint length, int advice);
}
