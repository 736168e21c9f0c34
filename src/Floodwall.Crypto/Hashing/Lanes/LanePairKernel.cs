using System.Runtime.CompilerServices;

namespace Floodwall.Crypto;

/// <summary>
/// As <see cref="LaneKernel{TVector, TOps}"/>, for two groups of lanes at once. The rounds of one block depend on each other, so
/// a wide CPU waits more than it computes; a second, independent stream fills the gaps. Needs 32 vector registers.
/// </summary>
// Inlining is asked for because a block takes 7.4 ns with it and 32.8 without, measured with AVX-512 (docs/decisions/0010).
internal static unsafe class LanePairKernel<TVector, TOps>
    where TVector : unmanaged
    where TOps : struct, ILaneOps<TVector>
{
    /// <summary>Vectors of message schedule for each group: every word has a place of its own.</summary>
    public const int ScheduleLength = 64;

    /// <summary>Folds one block of each lane of both groups into their states.</summary>
    /// <param name="states">8 vectors for the first group and 8 for the second, updated.</param>
    /// <param name="w0">The first group's 16 vectors of message words, with room for the other 48 of the schedule.</param>
    /// <param name="w1">The same of the second group.</param>
    /// <param name="k">The 64 round constants.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(TVector* states, TVector* w0, TVector* w1, uint* k)
    {
        TVector a0 = states[0], b0 = states[1], c0 = states[2], d0 = states[3];
        TVector e0 = states[4], f0 = states[5], g0 = states[6], h0 = states[7];
        TVector a1 = states[8], b1 = states[9], c1 = states[10], d1 = states[11];
        TVector e1 = states[12], f1 = states[13], g1 = states[14], h1 = states[15];
        for (int t = 0; t < 16; t += 8, w0 += 8, w1 += 8, k += 8)
        {
            Round(a0, b0, c0, ref d0, e0, f0, g0, ref h0, w0[0], k[0]);
            Round(a1, b1, c1, ref d1, e1, f1, g1, ref h1, w1[0], k[0]);
            Round(h0, a0, b0, ref c0, d0, e0, f0, ref g0, w0[1], k[1]);
            Round(h1, a1, b1, ref c1, d1, e1, f1, ref g1, w1[1], k[1]);
            Round(g0, h0, a0, ref b0, c0, d0, e0, ref f0, w0[2], k[2]);
            Round(g1, h1, a1, ref b1, c1, d1, e1, ref f1, w1[2], k[2]);
            Round(f0, g0, h0, ref a0, b0, c0, d0, ref e0, w0[3], k[3]);
            Round(f1, g1, h1, ref a1, b1, c1, d1, ref e1, w1[3], k[3]);
            Round(e0, f0, g0, ref h0, a0, b0, c0, ref d0, w0[4], k[4]);
            Round(e1, f1, g1, ref h1, a1, b1, c1, ref d1, w1[4], k[4]);
            Round(d0, e0, f0, ref g0, h0, a0, b0, ref c0, w0[5], k[5]);
            Round(d1, e1, f1, ref g1, h1, a1, b1, ref c1, w1[5], k[5]);
            Round(c0, d0, e0, ref f0, g0, h0, a0, ref b0, w0[6], k[6]);
            Round(c1, d1, e1, ref f1, g1, h1, a1, ref b1, w1[6], k[6]);
            Round(b0, c0, d0, ref e0, f0, g0, h0, ref a0, w0[7], k[7]);
            Round(b1, c1, d1, ref e1, f1, g1, h1, ref a1, w1[7], k[7]);
        }

        for (int t = 16; t < 64; t += 8, w0 += 8, w1 += 8, k += 8)
        {
            Round(a0, b0, c0, ref d0, e0, f0, g0, ref h0, Expand(w0 + 0), k[0]);
            Round(a1, b1, c1, ref d1, e1, f1, g1, ref h1, Expand(w1 + 0), k[0]);
            Round(h0, a0, b0, ref c0, d0, e0, f0, ref g0, Expand(w0 + 1), k[1]);
            Round(h1, a1, b1, ref c1, d1, e1, f1, ref g1, Expand(w1 + 1), k[1]);
            Round(g0, h0, a0, ref b0, c0, d0, e0, ref f0, Expand(w0 + 2), k[2]);
            Round(g1, h1, a1, ref b1, c1, d1, e1, ref f1, Expand(w1 + 2), k[2]);
            Round(f0, g0, h0, ref a0, b0, c0, d0, ref e0, Expand(w0 + 3), k[3]);
            Round(f1, g1, h1, ref a1, b1, c1, d1, ref e1, Expand(w1 + 3), k[3]);
            Round(e0, f0, g0, ref h0, a0, b0, c0, ref d0, Expand(w0 + 4), k[4]);
            Round(e1, f1, g1, ref h1, a1, b1, c1, ref d1, Expand(w1 + 4), k[4]);
            Round(d0, e0, f0, ref g0, h0, a0, b0, ref c0, Expand(w0 + 5), k[5]);
            Round(d1, e1, f1, ref g1, h1, a1, b1, ref c1, Expand(w1 + 5), k[5]);
            Round(c0, d0, e0, ref f0, g0, h0, a0, ref b0, Expand(w0 + 6), k[6]);
            Round(c1, d1, e1, ref f1, g1, h1, a1, ref b1, Expand(w1 + 6), k[6]);
            Round(b0, c0, d0, ref e0, f0, g0, h0, ref a0, Expand(w0 + 7), k[7]);
            Round(b1, c1, d1, ref e1, f1, g1, h1, ref a1, Expand(w1 + 7), k[7]);
        }

        states[0] = TOps.Add(states[0], a0);
        states[1] = TOps.Add(states[1], b0);
        states[2] = TOps.Add(states[2], c0);
        states[3] = TOps.Add(states[3], d0);
        states[4] = TOps.Add(states[4], e0);
        states[5] = TOps.Add(states[5], f0);
        states[6] = TOps.Add(states[6], g0);
        states[7] = TOps.Add(states[7], h0);
        states[8] = TOps.Add(states[8], a1);
        states[9] = TOps.Add(states[9], b1);
        states[10] = TOps.Add(states[10], c1);
        states[11] = TOps.Add(states[11], d1);
        states[12] = TOps.Add(states[12], e1);
        states[13] = TOps.Add(states[13], f1);
        states[14] = TOps.Add(states[14], g1);
        states[15] = TOps.Add(states[15], h1);
    }

    /// <summary>One round; the callers rotate the names of the variables in place of their values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        TVector a, TVector b, TVector c, ref TVector d, TVector e, TVector f, TVector g, ref TVector h, TVector w, uint k)
    {
        TVector t1 = TOps.Add(
            TOps.Add(TOps.Add(h, TOps.Add(w, TOps.Broadcast(k))), TOps.Ch(e, f, g)), TOps.BigSigma1(e));
        d = TOps.Add(d, t1);
        h = TOps.Add(TOps.Add(t1, TOps.Maj(a, b, c)), TOps.BigSigma0(a));
    }

    /// <summary>The next word of the message schedule, from those before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Expand(TVector* w)
    {
        TVector next = TOps.Add(TOps.Add(TOps.SmallSigma0(w[-15]), w[-16]), TOps.Add(TOps.SmallSigma1(w[-2]), w[-7]));
        *w = next;
        return next;
    }
}
