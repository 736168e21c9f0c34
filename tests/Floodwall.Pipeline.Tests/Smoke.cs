namespace Floodwall.Pipeline.Tests; public sealed class Smoke { [Fact] public void True_is_true() => Assert.True(true); }
