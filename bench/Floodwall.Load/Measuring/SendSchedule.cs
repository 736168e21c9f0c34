namespace Floodwall.Load.Measuring;

/// <summary>
/// When each operation of an open loop is due: at even spacing, whatever became of the ones before. Whole ticks, without drift:
/// the n-th is due at start + ⌊n × frequency ÷ rate⌋.
/// </summary>
/// <param name="Start">The timestamp at which operation 0 is due.</param>
/// <param name="PerSecond">Operations a second, 1 or more.</param>
/// <param name="Frequency">Timestamps a second.</param>
internal readonly record struct SendSchedule(long Start, long PerSecond, long Frequency)
{
    /// <summary>When operation <paramref name="number"/> is due.</summary>
    public long DueAt(long number)
    {
        // A product of 64 bits is the rule, and its division several times as fast.
        ulong high = Math.BigMul((ulong)number, (ulong)Frequency, out ulong low);
        return Start + (long)(high == 0 ? low / (ulong)PerSecond : (ulong)(new UInt128(high, low) / (ulong)PerSecond));
    }

    /// <summary>Goes through the schedule in order.</summary>
    public Walker Walk() => new(this);

    /// <summary>The same times one after the other, without a division (Bresenham's error term).</summary>
    internal struct Walker
    {
        private readonly long _whole;
        private readonly long _rest;
        private readonly long _perSecond;
        private long _error;

        public Walker(SendSchedule schedule)
        {
            (_whole, _rest) = Math.DivRem(schedule.Frequency, schedule.PerSecond);
            _perSecond = schedule.PerSecond;
            Due = schedule.Start;
        }

        /// <summary>When the present operation is due.</summary>
        public long Due { get; private set; }

        /// <summary>Goes on to the next operation.</summary>
        public void Next()
        {
            Due += _whole;
            _error += _rest;
            if (_error >= _perSecond)
            {
                _error -= _perSecond;
                Due++;
            }
        }
    }
}
