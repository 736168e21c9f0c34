namespace Floodwall.Cli.Formats.Derivation;

/// <summary>A pattern over a whole string: <c>*</c> stands for any run of characters, <c>?</c> for one. Case counts.</summary>
internal readonly record struct Glob(string Pattern)
{
    /// <summary>Whether <paramref name="text"/> fits, in time proportional to the product of both lengths at most.</summary>
    public bool Matches(string text)
    {
        int p = 0;
        int star = -1;
        int resume = 0;
        for (int t = 0; t < text.Length;)
        {
            if (p < Pattern.Length && Pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < Pattern.Length && (Pattern[p] == '?' || Pattern[p] == text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                // Let the last star take one character more; earlier stars never need to give way.
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        return Pattern.AsSpan(p).Trim('*').IsEmpty;
    }
}
