using System.Runtime.InteropServices;

namespace Floodwall.Crypto.Tests;

/// <summary>Bytes that end exactly where unreadable memory begins: reading one byte too many ends the process.</summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;

    private readonly nint _start;
    private readonly nuint _size;
    private readonly int _length;

    public GuardedBuffer(ReadOnlySpan<byte> content)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint readable = (((nuint)content.Length + page - 1) / page) * page;
        _size = readable + page;
        _length = content.Length;
        _start = Map(0, _size, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, _start);
        Assert.Equal(0, Protect(_start + (nint)readable, page, 0));
        content.CopyTo(new Span<byte>((byte*)_start + readable - content.Length, content.Length));
    }

    public ReadOnlySpan<byte> Bytes =>
        new((byte*)_start + (_size - (nuint)Environment.SystemPageSize) - _length, _length);

    public void Dispose() => Assert.Equal(0, Unmap(_start, _size));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nuint length);
}
