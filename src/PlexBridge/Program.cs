#pragma warning disable
var builder = WebApplication.CreateSlimBuilder(args);
var app = builder.Build();
app.MapGet("/", () => "hello");
using (var c = new Microsoft.Data.Sqlite.SqliteConnection("Data Source=:memory:")) { SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3()); c.Open(); using var q = c.CreateCommand(); q.CommandText = "select sqlite_version()"; app.Logger.LogInformation("{V}", q.ExecuteScalar()); }
app.Run();
