; NOT RUN. iscc packaging\recipes\fanlight.iss, after PyInstaller (fanlight.spec)
[Setup]
AppId=org.fanlight.Fanlight
AppName=Fanlight
AppVersion=0.1.0
DefaultDirName={autopf}\Fanlight
PrivilegesRequired=lowest
ArchitecturesInstallIn64BitMode=x64compatible
OutputDir=..\..\dist
OutputBaseFilename=fanlight-setup
[Files]
Source: "..\..\dist\Fanlight\*"; DestDir: "{app}"; Flags: recursesubdirs
[Icons]
Name: "{autoprograms}\Fanlight"; Filename: "{app}\fanlight.exe"
