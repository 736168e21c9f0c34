using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Floodwall.Pipeline;

/// <summary>
/// Who may run the stages now, where that is not always the same thread: a lock that is only ever held for the length of a few
/// intents, and so is tried, spun for, and never slept on by a submitter. It does not nest.
/// </summary>
internal sealed class Turn
{
    private const int Free = 0;

    // Some two microseconds: longer than another thread needs for the intent or the tree head it is at, and shorter than it takes to
    // wake the ring's thread, which is the other way.
    private const int Spins = 64;

    // A millisecond's sleep is a last resort: everybody in the ring waits with the thread that waits here.
    private const int YieldsBeforeSleep = 1000;

    private PaddedInt32 _holder;

    /// <summary>Whether the calling thread holds it.</summary>
    public bool IsMine => Volatile.Read(ref _holder.Value) == Environment.CurrentManagedThreadId;

    /// <summary>Takes the turn if it is free, or becomes free at once. False also where the calling thread holds it already.</summary>
    public bool TryEnter() =>
        Interlocked.CompareExchange(ref _holder.Value, Environment.CurrentManagedThreadId, Free) == Free || TryEnterSpinning();

    /// <summary>Waits for the turn. Not while holding it.</summary>
    public void Enter() => TryEnter(Timeout.InfiniteTimeSpan);

    /// <summary>Waits for the turn for so long. Not while holding it.</summary>
    public bool TryEnter(TimeSpan timeout)
    {
        Debug.Assert(!IsMine, "a turn does not nest");
        long start = Stopwatch.GetTimestamp();
        SpinWait spin = default;
        while (!TryEnter())
        {
            if (timeout != Timeout.InfiniteTimeSpan && Stopwatch.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            // Whoever has it may be without a core, or at a policy that takes its time.
            spin.SpinOnce(YieldsBeforeSleep);
        }

        return true;
    }

    /// <summary>Gives it back.</summary>
    public void Exit()
    {
        Debug.Assert(IsMine, "given back by somebody else");
        Volatile.Write(ref _holder.Value, Free);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnterSpinning()
    {
        int self = Environment.CurrentManagedThreadId;
        for (int i = 0; i < Spins; i++)
        {
            int holder = Volatile.Read(ref _holder.Value);
            if (holder == self)
            {
                return false;
            }

            if (holder == Free && Interlocked.CompareExchange(ref _holder.Value, self, Free) == Free)
            {
                return true;
            }

            Thread.SpinWait(1);
        }

        return false;
    }

    // On a cache line of its own: what lies beside it is read by every submitter.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedInt32
    {
        [FieldOffset(64)] public int Value;
    }
}
